"""What the server is asked to do, in the words of the command line, for the page and the interface alike.

jobs                 work that takes long: beside the server, followed, cancelled
aside, folders       threads for what may take a minute; folders of studies that are kept a while
planning, fitting    plans; estimates                    looping      a pump that controllers steer
studying             a study of many patients            afterwards   what is asked of one that was run
exchanging           exports and imports                 predicting   predictions at every record of a table
validating           predictions beside published numbers
"""
