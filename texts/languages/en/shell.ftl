# What stands around every lab: top bar, help, notices, the choice of device.
