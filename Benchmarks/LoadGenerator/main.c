/*
 * countersign-load: asks a gRPC server on a Unix socket the questions of a corpus, all in turn, and checks every answer.
 *
 * One thread, so many connections with so many requests under way on each. Prints one JSON object: requests a second,
 * latencies, its own CPU time (a client that costs more than the server measures itself). Exit 1 when an answer was
 * missing or wrong. That the socket is asked without a client's library is what makes it cheap; real clients cost more.
 */
#define _GNU_SOURCE
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "connection.h"

static const int64_t PATIENCE = 30ll * 1000000000;

static void usage(void) {
  fprintf(stderr, "usage: countersign-load --socket PATH --questions FILE [--connections N] [--streams N] [--requests N]\n"
                  "                        [--rate REQUESTS-A-SECOND] [--unchecked]\n");
  exit(64);
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static double percentile(const struct run *run, double share) {
  return run->times[(size_t)((double)(run->finished - 1) * share)] / 1e3;
}

/* Waits until something can be read or written, or a request is due. */
static int wait_for_events(int epoll, struct epoll_event *events, int count, const struct run *run) {
  int64_t wait = PATIENCE;
  /* When no stream is free the next request waits for an answer, not for the time. */
  if (run->rate > 0 && run->started < run->requests && run->started - run->finished < (size_t)count * run->streams) {
    int64_t now = now_ns(), due = run_next_due(run, now);
    wait = due > now ? due - now : 0;
  }
  struct timespec timeout = {.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
  int ready = epoll_pwait2(epoll, events, count, &timeout, NULL);
  if (ready < 0) err(71, "epoll");
  if (ready == 0 && wait == PATIENCE) errx(69, "no answer for 30 s; %zu of %zu came", run->finished, run->requests);
  return ready;
}

static void drive(struct run *run, struct connection **connections, size_t count) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) err(71, "epoll");
  bool *blocked = calloc(count, sizeof *blocked);
  struct epoll_event *events = calloc(count, sizeof *events);
  if (!blocked || !events) err(71, "events");
  for (size_t i = 0; i < count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection_descriptor(connections[i]), &event) != 0) err(71, "epoll");
  }
  run->begin = now_ns();
  size_t turn = 0;
  for (size_t i = 0; i < count; i++) {
    connection_ask(connections[i]);
    connection_write(connections[i]);
  }
  while (run->finished < run->requests) {
    int ready = wait_for_events(epoll, events, (int)count, run);
    for (int e = 0; e < ready; e++) {
      size_t i = events[e].data.u64;
      if (events[e].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) connection_read(connections[i]);
      if (run->rate == 0) connection_ask(connections[i]);
    }
    /* At a given rate the connections take turns, or the first would have all the requests. */
    if (run->rate > 0) {
      for (size_t i = 0; i < count; i++) connection_ask(connections[(turn + i) % count]);
      turn++;
    }
    for (size_t i = 0; i < count; i++) {
      bool all = connection_write(connections[i]);
      if (all == !blocked[i]) continue;
      blocked[i] = !all;
      struct epoll_event event = {.events = EPOLLIN | (all ? 0 : EPOLLOUT), .data.u64 = i};
      if (epoll_ctl(epoll, EPOLL_CTL_MOD, connection_descriptor(connections[i]), &event) != 0) err(71, "epoll");
    }
  }
}

static void report(const struct run *run, double seconds) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
               + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  qsort(run->times, run->finished, sizeof *run->times, by_value);
  printf("{\"requests\": %zu, \"seconds\": %.6f, \"requests_per_second\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
         "\"max_us\": %.1f, \"failed\": %zu, \"wrong\": %zu, \"client_cpu_us\": %.2f}\n",
         run->finished, seconds, (double)run->finished / seconds, percentile(run, 0.5), percentile(run, 0.99),
         percentile(run, 1), run->failed, run->wrong, cpu / (double)run->finished);
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"socket", required_argument, NULL, 's'},      {"questions", required_argument, NULL, 'q'},
      {"connections", required_argument, NULL, 'c'}, {"streams", required_argument, NULL, 'm'},
      {"requests", required_argument, NULL, 'n'},    {"rate", required_argument, NULL, 'r'},
      {"unchecked", no_argument, NULL, 'u'},         {NULL, 0, NULL, 0}};
  struct run run = {.requests = 10000, .streams = 1, .checks = true};
  const char *socket = NULL, *questions = NULL;
  size_t count = 1;
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    switch (option) {
    case 's': socket = optarg; break;
    case 'q': questions = optarg; break;
    case 'c': count = strtoul(optarg, NULL, 10); break;
    case 'm': run.streams = strtoul(optarg, NULL, 10); break;
    case 'n': run.requests = strtoul(optarg, NULL, 10); break;
    case 'r': run.rate = strtod(optarg, NULL); break;
    case 'u': run.checks = false; break;
    default: usage();
    }
  }
  if (!socket || !questions || optind != argc) usage();
  if (count < 1 || count > 1000 || run.streams < 1 || run.streams > 1000 || run.requests < 1 || run.rate < 0) usage();

  run.questions = questions_read(questions);
  run.times = malloc(run.requests * sizeof *run.times);
  struct connection **connections = calloc(count, sizeof *connections);
  if (!run.times || !connections) err(71, "requests");
  /* Timers of a given rate, as exact as the kernel has them. */
  prctl(PR_SET_TIMERSLACK, 1);
  for (size_t i = 0; i < count; i++) connections[i] = connection_open(socket, &run);
  drive(&run, connections, count);
  report(&run, (double)(now_ns() - run.begin) / 1e9);
  return run.failed || run.wrong ? 1 : 0;
}
