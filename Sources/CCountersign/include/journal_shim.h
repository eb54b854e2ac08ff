// Datagrams to journald: the few system calls that Swift cannot make itself (sendmmsg, descriptors in messages,
// sealed memory files, futex). No state, no policy: each function is one step and answers a count or -errno.
#pragma once
#include <stddef.h>
#include <sys/uio.h>

// Most datagrams in one call of countersign_datagram_send.
#define COUNTERSIGN_DATAGRAM_BATCH 64

// Opens a non-blocking datagram socket connected to the socket file `path`. Answers the descriptor or -errno.
int countersign_datagram_connect(const char *path);

// Sends each of `entries` as one datagram, without waiting.
// Answers how many the kernel took (at least one), or -errno when it did not take the first.
int countersign_datagram_send(int socket, const struct iovec *entries, unsigned count);

// Sends one entry of any size as a sealed memory file, without waiting. Answers 0 or -errno.
int countersign_datagram_send_sealed(int socket, struct iovec entry);

// Sleeps while the aligned 32-bit word at `word` is `value`, at most `milliseconds` (negative: without end), or until
// countersign_wake of the same word; now and then without any reason.
void countersign_sleep(void *word, int value, int milliseconds);

// Wakes one thread that sleeps on the word.
void countersign_wake(void *word);

// Names the calling thread (15 bytes are kept) and keeps signals away from it.
void countersign_thread_prepare(const char *name);
