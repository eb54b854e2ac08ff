// Counts what a program asks of malloc, by being its malloc.
#pragma once
#include <stdint.h>

/// Calls of malloc, calloc, realloc and the aligned ones by this thread so far.
uint64_t allocation_count(void);
