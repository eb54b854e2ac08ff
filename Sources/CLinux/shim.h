// What glibc has and Swift's module of it leaves out, because it is the system's own and not POSIX; and what the compiler of C
// has and Swift's has not.

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Linux 6.1; glibc names it later.
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/// Begins to load the line of memory at an address into the cache; any address may be given.
static inline void prefetch_line(const void *address) { __builtin_prefetch(address); }

/// Gives the calling thread, and those that it starts, a nice value and the time that it may go on while others wait to run, in
/// nanoseconds; kernels before Linux 6.12 heed the former alone. Returns 0, or -1 with errno set.
static inline int stand_back(int32_t nice, uint64_t slice) {
  // As sched_setattr(2) has it, which glibc has since 2.41.
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {.size = 48, .nice = nice, .runtime = slice};
  return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

ssize_t getdents64(int descriptor, void *buffer, size_t length);

// What the linker knows of the program: its first address, and the end of its code. Never written to.
extern const char __executable_start[];
extern const char etext[];
static inline const void *program_start(void) { return __executable_start; }
static inline const void *program_end_of_text(void) { return etext; }
