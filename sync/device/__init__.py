"""The kiosk's half of keeping in step: event log and epochs, keys, enrolment, transport, uploader, feed reader.

Nothing here owns a thread: uploader and feed reader are steppers, ``step()`` does the next thing and says
when to be called again, so that a simulator can drive the code that runs in production.

What is not handled here: exchange between kiosks on the LAN, and objects (photos, signatures).
"""
