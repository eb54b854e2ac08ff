#pragma once
#include <stdint.h>

/* Who connected the Unix socket `fd`, as of connect(2). Returns 0, or -1 with errno. */
int countersign_peer_credentials(int fd, int32_t *pid, uint32_t *uid, uint32_t *gid);
