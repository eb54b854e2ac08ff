// What glibc has and Swift's module of it leaves out, because it is the system's own and not POSIX.

#include <malloc.h>
#include <stddef.h>
#include <sys/types.h>

ssize_t getdents64(int descriptor, void *buffer, size_t length);
