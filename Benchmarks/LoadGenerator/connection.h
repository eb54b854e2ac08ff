/*
 * One HTTP/2 connection that asks and checks, as few instructions a request as will do: own framing, since a client knows what
 * it sends, and libnghttp2's HPACK decoder for what comes. Knows the frames that servers of gRPC send; ends the program with a message
 * at any other.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "run.h"

struct connection;

/* Connects and sends the preface. */
struct connection *connection_open(const char *socket_path, struct run *run);
int connection_descriptor(const struct connection *connection);
/* Reads what has come, and counts what is answered. Sends nothing. */
void connection_read(struct connection *connection);
/* Starts requests as long as some are due and streams are free. */
void connection_ask(struct connection *connection);
/* Writes what is to be sent; true if all could be. */
bool connection_write(struct connection *connection);

#endif
