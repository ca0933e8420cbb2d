"""The implanted pump as a device: programs carried out, alarms, catheter, faults, log, and a nurse's arithmetic."""
