// What glibc has and Swift's module of it leaves out, because it is the system's own and not POSIX; and what the compiler of C
// has and Swift's has not.

#include <malloc.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

// Linux 6.1; glibc names it later.
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/// Begins to load the line of memory at an address into the cache; any address may be given.
static inline void prefetch_line(const void *address) { __builtin_prefetch(address); }

ssize_t getdents64(int descriptor, void *buffer, size_t length);

// What the linker knows of the program: its first address, and the end of its code. Never written to.
extern const char __executable_start[];
extern const char etext[];
static inline const void *program_start(void) { return __executable_start; }
static inline const void *program_end_of_text(void) { return etext; }
