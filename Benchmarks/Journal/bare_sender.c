// The yardstick of the journal: what a C program that does nothing else gets into journald's socket.
//
//     bare_sender sendmmsg|sendmsg ENTRIES [SOCKET]
//
// The entries have the fields and the length of those that countersignd writes for the question of the benchmark, the
// caller's and the owner's in turn. What differs from entry to entry there differs here too (ids and numbers), since a
// new value costs journald more than one it has. They are made before the clock starts but for those values. The socket
// is a blocking one: the kernel wakes the sender whenever journald has taken an entry. Prints the entries per second.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, LARGEST = 2048, ID = 32 };

#define OWNER "111122223333"
#define CALLER "444455556666"
#define KEY "arn:aws:kms:us-west-2:" OWNER ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
#define ROLE "arn:aws:iam::" CALLER ":role/ExampleRole"
#define ZEROS "00000000000000000000000000000000"
#define COMMON \
  "MESSAGE_ID=12c868b876684064ba7230eff035a15b\nPRIORITY=6\nSYSLOG_IDENTIFIER=countersignd\nCOUNTERSIGN_DECISION=allow\n" \
  "COUNTERSIGN_START_ID=5f0e6a1c9b7d4e2f8a3b6c5d4e7f9a10\nCOUNTERSIGN_SHARED_EVENT_ID=" ZEROS "\n" \
  "COUNTERSIGN_REASON=ALLOWED\nCOUNTERSIGN_OPERATION=kms:Decrypt\nCOUNTERSIGN_CALLER_ACCOUNT=" CALLER "\n" \
  "COUNTERSIGN_REGION=us-west-2\nCOUNTERSIGN_REVISION=6f1ed002ab5595859014ebf0951522d9\nCOUNTERSIGN_REQUEST_ID=\n" \
  "COUNTERSIGN_PEER_UID=0\nCOUNTERSIGN_PEER_PID=12345\nCOUNTERSIGN_OWNER_ACCOUNT=" OWNER "\nCOUNTERSIGN_RESOURCE=" KEY "\n"

static const char *const shapes[2] = {
  COMMON "COUNTERSIGN_ACCOUNT=" CALLER "\nCOUNTERSIGN_PERSPECTIVE=caller\nCOUNTERSIGN_EVENT_ID=" ZEROS "\n"
  "COUNTERSIGN_PRINCIPAL=" ROLE "\nMESSAGE=" ROLE " was allowed kms:Decrypt on " KEY "\n"
  "COUNTERSIGN_STATEMENTS=accounts/" CALLER "/roles/ExampleRole/policies/use-external-key.json:4 AllowUseOfKeyInAccount"
  OWNER " allow\nCOUNTERSIGN_SEQUENCE=",
  COMMON "COUNTERSIGN_ACCOUNT=" OWNER "\nCOUNTERSIGN_PERSPECTIVE=owner\nCOUNTERSIGN_EVENT_ID=" ZEROS "\n"
  "COUNTERSIGN_PRINCIPAL=" ROLE "\nMESSAGE=" ROLE " was allowed kms:Decrypt on " KEY "\n"
  "COUNTERSIGN_STATEMENTS=accounts/" OWNER "/keys/us-west-2/1234abcd-12ab-34cd-56ef-1234567890ab/policy.json:12 "
  "AllowUseOfTheKey allow\nCOUNTERSIGN_SEQUENCE=",
};

struct entry {
  char bytes[LARGEST];
  char *shared, *own, *number;
};

static void put_id(char *place, uint64_t number) {
  // Multiplied, so that ids share no prefix, as random ones do not.
  for (int half = 0; half < 2; half++) {
    uint64_t bits = (number + 1) * (half ? 0x9E3779B97F4A7C15u : 0xBF58476D1CE4E5B9u);
    for (int i = 0; i < ID / 2; i++, bits <<= 4) *place++ = "0123456789abcdef"[bits >> 60];
  }
}

/// Answers the length.
static size_t prepare(struct entry *entry, uint64_t number) {
  put_id(entry->shared, (uint64_t)getpid() << 40 | number / 2);
  put_id(entry->own, (uint64_t)getpid() << 40 | 1ull << 39 | number);
  return (size_t)(entry->number - entry->bytes) + (size_t)sprintf(entry->number, "%llu\n", (unsigned long long)number + 1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: bare_sender sendmmsg|sendmsg ENTRIES [SOCKET]\n");
    return 2;
  }
  int one_by_one = strcmp(arguments[1], "sendmsg") == 0;
  uint64_t entries = strtoull(arguments[2], NULL, 10);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, count > 3 ? arguments[3] : "/run/systemd/journal/socket", sizeof address.sun_path - 1);
  int journald = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int buffer = 8 * 1024 * 1024;
  if (setsockopt(journald, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer) < 0)
    (void)setsockopt(journald, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  if (journald < 0 || connect(journald, (struct sockaddr *)&address, sizeof address) < 0) {
    perror("connect");
    return 1;
  }

  static struct entry made[BATCH];
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    struct entry *entry = &made[i];
    entry->number = stpcpy(entry->bytes, shapes[i % 2]);
    entry->shared = strstr(entry->bytes, "SHARED_EVENT_ID=") + strlen("SHARED_EVENT_ID=");
    entry->own = strstr(entry->bytes, "\nCOUNTERSIGN_EVENT_ID=") + strlen("\nCOUNTERSIGN_EVENT_ID=");
    parts[i].iov_base = entry->bytes;
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }

  double start = now();
  uint64_t sent = 0;
  while (sent < entries) {
    unsigned batch = entries - sent < BATCH ? (unsigned)(entries - sent) : BATCH;
    for (unsigned i = 0; i < batch; i++) parts[i].iov_len = prepare(&made[i], sent + i);
    for (unsigned done = 0; done < batch;) {
      int taken = one_by_one ? (sendmsg(journald, &messages[done].msg_hdr, MSG_NOSIGNAL) < 0 ? -1 : 1)
                             : sendmmsg(journald, messages + done, batch - done, MSG_NOSIGNAL);
      if (taken < 0 && errno != EINTR) {
        perror(arguments[1]);
        return 1;
      }
      if (taken > 0) done += (unsigned)taken;
    }
    sent += batch;
  }
  printf("%.0f\n", (double)entries / (now() - start));
  return 0;
}
