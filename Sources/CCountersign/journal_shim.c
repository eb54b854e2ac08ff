// Datagrams to journald. See the header; the format of the datagrams is not known here.
#define _GNU_SOURCE
#include "journal_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int countersign_datagram_connect(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length + 1);

  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  // Bytes in flight count against the sender: with the default of about 200 KiB fewer than a hundred entries fit.
  // Without CAP_NET_ADMIN the kernel cuts this to net.core.wmem_max, which only costs speed.
  int buffer = 8 * 1024 * 1024;
  if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer) < 0)
    (void)setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
    int failure = -errno;
    close(descriptor);
    return failure;
  }
  return descriptor;
}

int countersign_datagram_send(int socket, const struct iovec *entries, unsigned count) {
  struct mmsghdr messages[COUNTERSIGN_DATAGRAM_BATCH];
  if (count > COUNTERSIGN_DATAGRAM_BATCH) count = COUNTERSIGN_DATAGRAM_BATCH;
  memset(messages, 0, count * sizeof *messages);
  for (unsigned i = 0; i < count; i++) {
    // The kernel only reads the parts; msg_iov is not const because recvmmsg shares the type.
    messages[i].msg_hdr.msg_iov = (struct iovec *)&entries[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  int sent;
  do sent = sendmmsg(socket, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

static int write_whole(int descriptor, struct iovec entry) {
  const char *bytes = entry.iov_base;
  size_t left = entry.iov_len;
  while (left > 0) {
    ssize_t written = write(descriptor, bytes, left);
    if (written < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    bytes += written;
    left -= (size_t)written;
  }
  return 0;
}

static int send_descriptor(int socket, int passed) {
  // The union aligns the control buffer as CMSG_FIRSTHDR needs it.
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_control = &control, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &passed, sizeof(int));
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : 0;
}

int countersign_datagram_send_sealed(int socket, struct iovec entry) {
  int file = memfd_create("countersign-entry", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -errno;
  int result = write_whole(file, entry);
  // journald reads the file in place and accepts it only when nobody can change it any more: all four seals.
  if (result == 0 && fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
    result = -errno;
  if (result == 0) result = send_descriptor(socket, file);
  close(file);
  return result;
}

void countersign_sleep(void *word, int value, int milliseconds) {
  struct timespec limit = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
  (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, milliseconds < 0 ? NULL : &limit, NULL, 0);
}

void countersign_wake(void *word) { (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

void countersign_thread_prepare(const char *name) {
  sigset_t all;
  sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, NULL);
  char kept[16] = {0};
  strncpy(kept, name, sizeof kept - 1);
  (void)pthread_setname_np(pthread_self(), kept);
}
