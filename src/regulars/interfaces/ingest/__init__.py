"""The door for events: raw ASGI, because a framework costs more per request than the event itself.

door        one request: method, size, key, body; one answer (how events are read is in interfaces/wire)
batching    collects what is waiting and hands it to a lane; a lane is a thread with a connection
working     one batch: keys, one call of the flow for each programme, recovery when the database went away
"""
