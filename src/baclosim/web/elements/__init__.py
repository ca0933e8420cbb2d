"""What the page is built of, whatever it is about: labels and fields, files in and out, work that takes long.

parts     labels, entries, chips, tables, refusals    drafted   forms that apply once they can be read
working   long work: begun, followed, cancelled       strip     24 bars to drag
takeaway  files made for the visitor                  upload    files from the visitor
rooms     several rooms behind one tab                opening   tabs built when first opened
"""
