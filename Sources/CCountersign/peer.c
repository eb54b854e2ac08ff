/* SO_PEERCRED: struct ucred needs _GNU_SOURCE, which Swift's import of the C library does not define. */
#define _GNU_SOURCE
#include "peer.h"

#include <sys/socket.h>

int countersign_peer_credentials(int fd, int32_t *pid, uint32_t *uid, uint32_t *gid) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  *pid = peer.pid;
  *uid = peer.uid;
  *gid = peer.gid;
  return 0;
}
