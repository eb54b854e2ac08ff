// What glibc has and Swift's module of it leaves out, because it is the system's own and not POSIX; and what the compiler of C
// has and Swift's has not.

#include <malloc.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

/// Begins to load the line of memory at an address into the cache; any address may be given.
static inline void prefetch_line(const void *address) { __builtin_prefetch(address); }

ssize_t getdents64(int descriptor, void *buffer, size_t length);
