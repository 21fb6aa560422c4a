"""Telling people: channels behind one port, and the words of the messages.

Usage::

    mailer = SmtpMailer(SmtpSettings(host="mail.example.org", port=587, sender="lodge@example.org"))
    delivery = await mailer.deliver(Mail(...), claim)      # claim() is asked at the last moment
"""
