#include "connection.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
  FRAME_HEAD = 9,
  GRPC_HEAD = 5,
  INPUT = 256 << 10,
  OUTPUT = 1 << 20,
  /* Decision, denial and reason are the first fields of a CheckResponse, a tag and a number below 128 each. */
  ANSWER_HEAD = GRPC_HEAD + 6,
  FIRST_WINDOW = 65535,
  WINDOW = 0x7FFFFFFF,
};

struct stream {
  uint32_t id; /* 0: free */
  uint32_t answer_size;
  uint8_t answer[ANSWER_HEAD];
  bool status_ok;
  const struct question *question;
  int64_t start;
};

struct connection {
  struct run *run;
  int descriptor;
  nghttp2_hd_inflater *inflater;
  uint32_t next_id;
  size_t open;
  /* By stream id; four times as many as are open, so that an id seldom has to be skipped. */
  struct stream *streams;
  size_t mask;
  /* How much the server still takes, and how much it was sent of what it may send. */
  int64_t send_window;
  int64_t received;
  bool first;
  size_t input_size;
  size_t output_begin, output_size;
  uint8_t input[INPUT];
  uint8_t output[OUTPUT];
};

/*
 * The header fields of a request. Those of the first are kept in the server's table, those of all others are places in it, as
 * most gRPC clients do. Path, authority, te, content-type and user-agent come to places 66 to 62.
 */
static const char first_fields[] =
    "\x83\x86"
    "\x44\x2a/countersign.v1.AuthorizationService/Check"
    "\x41\x09localhost"
    "\x40\x02te\x08trailers"
    "\x5f\x10" "application/grpc"
    "\x7a\x10" "countersign-load";
static const char later_fields[] = "\x83\x86\xc2\xc1\xc0\xbf\xbe";

static uint32_t read32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint8_t *write32(uint8_t *to, uint32_t number) {
  to[0] = (uint8_t)(number >> 24), to[1] = (uint8_t)(number >> 16), to[2] = (uint8_t)(number >> 8), to[3] = (uint8_t)number;
  return to + 4;
}

static uint8_t *write_frame_head(uint8_t *to, size_t size, uint8_t type, uint8_t flags, uint32_t stream) {
  to[0] = (uint8_t)(size >> 16), to[1] = (uint8_t)(size >> 8), to[2] = (uint8_t)size, to[3] = type, to[4] = flags;
  return write32(to + 5, stream);
}

static uint8_t *output_room(struct connection *c, size_t size) {
  if (c->output_size + size > OUTPUT) errx(70, "the server does not read");
  uint8_t *room = c->output + c->output_size;
  c->output_size += size;
  return room;
}

static void send_frame(struct connection *c, uint8_t type, uint8_t flags, const void *payload, size_t size) {
  uint8_t *to = write_frame_head(output_room(c, FRAME_HEAD + size), size, type, flags, 0);
  if (size) memcpy(to, payload, size);
}

static void send_window_update(struct connection *c, uint32_t increment) {
  uint8_t payload[4];
  write32(payload, increment);
  send_frame(c, NGHTTP2_WINDOW_UPDATE, 0, payload, sizeof payload);
}

struct connection *connection_open(const char *path, struct run *run) {
  struct connection *c = calloc(1, sizeof *c);
  size_t slots = 16;
  while (slots < 4 * run->streams) slots *= 2;
  if (!c || !(c->streams = calloc(slots, sizeof *c->streams))) err(71, "connection");
  c->run = run;
  c->mask = slots - 1;
  c->next_id = 1;
  c->first = true;
  c->send_window = FIRST_WINDOW;
  if (nghttp2_hd_inflate_new(&c->inflater) != 0) errx(71, "HPACK");

  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) errx(64, "%s: too long for a socket's path", path);
  strcpy(address.sun_path, path);
  c->descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->descriptor < 0 || connect(c->descriptor, (struct sockaddr *)&address, sizeof address) != 0) err(69, "%s", path);
  if (fcntl(c->descriptor, F_SETFL, O_NONBLOCK) != 0) err(71, "%s", path);

  memcpy(output_room(c, NGHTTP2_CLIENT_MAGIC_LEN), NGHTTP2_CLIENT_MAGIC, NGHTTP2_CLIENT_MAGIC_LEN);
  uint8_t settings[6] = {0, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE};
  write32(settings + 2, WINDOW);
  send_frame(c, NGHTTP2_SETTINGS, 0, settings, sizeof settings);
  send_window_update(c, WINDOW - FIRST_WINDOW);
  return c;
}

int connection_descriptor(const struct connection *c) { return c->descriptor; }

static struct stream *find(struct connection *c, uint32_t id) {
  struct stream *stream = &c->streams[(id >> 1) & c->mask];
  return stream->id == id ? stream : NULL;
}

static void start(struct connection *c, int64_t due) {
  struct stream *stream;
  while ((stream = &c->streams[(c->next_id >> 1) & c->mask])->id != 0) c->next_id += 2;
  struct run *run = c->run;
  const struct questions *questions = &run->questions;
  const struct question *question = &questions->list[(run->started * questions->step) % questions->count];
  *stream = (struct stream){.id = c->next_id, .question = question, .start = due};
  c->next_id += 2;
  c->open++;
  run->started++;

  const char *fields = c->first ? first_fields : later_fields;
  size_t fields_size = c->first ? sizeof first_fields - 1 : sizeof later_fields - 1;
  c->first = false;
  size_t body = GRPC_HEAD + question->size;
  uint8_t *to = output_room(c, FRAME_HEAD + fields_size + FRAME_HEAD + body);
  to = write_frame_head(to, fields_size, NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, stream->id);
  memcpy(to, fields, fields_size);
  to = write_frame_head(to + fields_size, body, NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, stream->id);
  *to++ = 0;
  to = write32(to, question->size);
  memcpy(to, question->message, question->size);
  c->send_window -= (int64_t)body;
}

void connection_ask(struct connection *c) {
  struct run *run = c->run;
  const int64_t largest = GRPC_HEAD + UINT16_MAX;
  while (c->open < run->streams && run->started < run->requests) {
    const size_t next = (run->started * run->questions.step) % run->questions.count;
    if (c->send_window < largest && c->send_window < GRPC_HEAD + run->questions.list[next].size) return;
    int64_t now = now_ns(), due = run_next_due(run, now);
    if (due > now) return;
    start(c, due);
  }
}

/* A message of the right size, that says what is right as far as that is to be checked. */
static bool answer_is_whole(const struct stream *stream) {
  return stream->answer_size >= GRPC_HEAD && stream->answer[0] == 0
         && read32(stream->answer + 1) == stream->answer_size - GRPC_HEAD;
}

static bool answer_is_right(const struct stream *stream) {
  uint8_t decision = 0, reason = 0;
  for (size_t at = GRPC_HEAD; at + 1 < ANSWER_HEAD && at + 1 < stream->answer_size; at += 2) {
    uint8_t tag = stream->answer[at], value = stream->answer[at + 1];
    if (tag == (1 << 3)) decision = value;
    if (tag == (3 << 3)) reason = value;
    if (tag >= (3 << 3)) break;
  }
  return decision == stream->question->decision && reason == stream->question->reason;
}

static void finish(struct connection *c, struct stream *stream) {
  struct run *run = c->run;
  int64_t time = now_ns() - stream->start;
  run->times[run->finished++] = time > UINT32_MAX ? UINT32_MAX : (uint32_t)time;
  if (!stream->status_ok || !answer_is_whole(stream)) {
    if (run->failed++ == 0) warnx("request %u failed", stream->id);
  } else if (run->checks && !answer_is_right(stream)) {
    if (run->wrong++ == 0) {
      warnx("wrong answer to question %zu of the file: expected decision %u, reason %u",
            (size_t)(stream->question - run->questions.list), stream->question->decision, stream->question->reason);
    }
  }
  stream->id = 0;
  c->open--;
}

/* Every header block must be decoded, or the table is out of step; says whether `grpc-status: 0` was in it. */
static bool decode_fields(struct connection *c, const uint8_t *block, size_t size) {
  bool ok = false;
  for (;;) {
    nghttp2_nv field;
    int flags = 0;
    ssize_t used = nghttp2_hd_inflate_hd2(c->inflater, &field, &flags, block, size, 1);
    if (used < 0) errx(76, "HPACK: %s", nghttp2_strerror((int)used));
    block += used;
    size -= (size_t)used;
    if (flags & NGHTTP2_HD_INFLATE_EMIT) {
      ok = ok || (field.namelen == 11 && field.valuelen == 1 && field.value[0] == '0'
                  && memcmp(field.name, "grpc-status", 11) == 0);
    }
    if (flags & NGHTTP2_HD_INFLATE_FINAL) {
      nghttp2_hd_inflate_end_headers(c->inflater);
      return ok;
    }
    if (!(flags & NGHTTP2_HD_INFLATE_EMIT) && size == 0) errx(76, "HPACK: cut off");
  }
}

static void take_data(struct connection *c, struct stream *stream, const uint8_t *data, size_t size) {
  c->received += (int64_t)size;
  if (c->received > WINDOW / 2) {
    send_window_update(c, (uint32_t)c->received);
    c->received = 0;
  }
  if (!stream) return;
  if (stream->answer_size < ANSWER_HEAD) {
    size_t room = ANSWER_HEAD - stream->answer_size;
    memcpy(stream->answer + stream->answer_size, data, size < room ? size : room);
  }
  stream->answer_size += (uint32_t)size;
}

static void take_settings(struct connection *c, const uint8_t *payload, size_t size) {
  for (size_t at = 0; at + 6 <= size; at += 6) {
    uint32_t id = (uint32_t)payload[at] << 8 | payload[at + 1], value = read32(payload + at + 2);
    if (id == NGHTTP2_SETTINGS_HEADER_TABLE_SIZE && value < 4096) errx(76, "the server's header table is too small");
    if (id == NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS && value < c->run->streams) {
      errx(64, "the server takes %u streams at a time", value);
    }
  }
  send_frame(c, NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, NULL, 0);
}

static void take_frame(struct connection *c, uint8_t type, uint8_t flags, uint32_t id, const uint8_t *payload, size_t size) {
  if ((type == NGHTTP2_HEADERS || type == NGHTTP2_DATA) && (flags & (NGHTTP2_FLAG_PADDED | NGHTTP2_FLAG_PRIORITY))) {
    errx(76, "padding or priority from a server");
  }
  struct stream *stream = id ? find(c, id) : NULL;
  switch (type) {
  case NGHTTP2_DATA:
    take_data(c, stream, payload, size);
    break;
  case NGHTTP2_HEADERS:
    if (!(flags & NGHTTP2_FLAG_END_HEADERS)) errx(76, "header fields in several frames");
    if (decode_fields(c, payload, size) && stream) stream->status_ok = true;
    break;
  case NGHTTP2_RST_STREAM:
    flags = NGHTTP2_FLAG_END_STREAM;
    break;
  case NGHTTP2_SETTINGS:
    if (!(flags & NGHTTP2_FLAG_ACK)) take_settings(c, payload, size);
    return;
  case NGHTTP2_PING:
    if (!(flags & NGHTTP2_FLAG_ACK)) send_frame(c, NGHTTP2_PING, NGHTTP2_FLAG_ACK, payload, size);
    return;
  case NGHTTP2_WINDOW_UPDATE:
    if (id == 0 && size == 4) c->send_window += read32(payload);
    return;
  case NGHTTP2_GOAWAY:
    errx(69, "the server went away");
  default:
    return;
  }
  if ((flags & NGHTTP2_FLAG_END_STREAM) && stream) finish(c, stream);
}

void connection_read(struct connection *c) {
  ssize_t count = read(c->descriptor, c->input + c->input_size, INPUT - c->input_size);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) err(69, "read");
  if (count == 0) errx(69, "the server closed the connection");
  c->input_size += (size_t)count;
  size_t at = 0;
  while (c->input_size - at >= FRAME_HEAD) {
    const uint8_t *head = c->input + at;
    size_t size = read32(head) >> 8;
    if (size > INPUT - FRAME_HEAD) errx(76, "a frame of %zu bytes", size);
    if (c->input_size - at - FRAME_HEAD < size) break;
    take_frame(c, head[3], head[4], read32(head + 5) & 0x7FFFFFFF, head + FRAME_HEAD, size);
    at += FRAME_HEAD + size;
  }
  c->input_size -= at;
  memmove(c->input, c->input + at, c->input_size);
}

bool connection_write(struct connection *c) {
  while (c->output_begin < c->output_size) {
    ssize_t count = send(c->descriptor, c->output + c->output_begin, c->output_size - c->output_begin, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    if (count < 0) err(69, "send");
    c->output_begin += (size_t)count;
  }
  c->output_begin = c->output_size = 0;
  return true;
}
