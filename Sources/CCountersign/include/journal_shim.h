// Datagrams to journald: the few system calls that Swift cannot make itself (sendmmsg, descriptors in messages,
// sealed memory files, eventfd). No state, no policy: each function is one step and answers a count or -errno.
#pragma once
#include <stddef.h>
#include <sys/uio.h>

// Most datagrams in one call of countersign_datagram_send.
#define COUNTERSIGN_DATAGRAM_BATCH 64

// Opens a non-blocking datagram socket connected to the socket file `path`. Answers the descriptor or -errno.
int countersign_datagram_connect(const char *path);

// Sends `entries` datagrams, each made of `parts_per_entry` consecutive parts, without waiting.
// Answers how many the kernel took (at least one), or -errno when it did not take the first.
int countersign_datagram_send(int socket, const struct iovec *parts, unsigned parts_per_entry, unsigned entries);

// Sends one entry of any size as a sealed memory file, without waiting. Answers 0 or -errno.
int countersign_datagram_send_sealed(int socket, const struct iovec *parts, unsigned count);

// An event counter that wakes a poll. Answers the descriptor or -errno.
int countersign_event_open(void);

// Names the calling thread (15 bytes are kept) and keeps signals away from it.
void countersign_thread_prepare(const char *name);
