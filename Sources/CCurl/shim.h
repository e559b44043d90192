#ifndef SLIPWAY_CCURL_SHIM_H
#define SLIPWAY_CCURL_SHIM_H
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#endif

/* 7.80.0 brought CURLOPT_PREREQFUNCTION. */
#define CCURL_VERSION_MIN 0x075000
#if LIBCURL_VERSION_NUM < CCURL_VERSION_MIN
#error "libcurl 7.80.0 or newer is required (CURLOPT_PREREQFUNCTION)"
#endif

/* Every function of libcurl that is used, without its curl_ in front. */
#define CCURL_EACH_FUNCTION(use)                                                                                       \
  use(global_init) use(version_info)                                                                                   \
  use(easy_init) use(easy_cleanup) use(easy_reset) use(easy_setopt) use(easy_getinfo) use(easy_pause)                  \
  use(easy_strerror) use(slist_append) use(slist_free_all)                                                             \
  use(multi_init) use(multi_cleanup) use(multi_setopt) use(multi_add_handle) use(multi_remove_handle)                  \
  use(multi_info_read) use(multi_perform) use(multi_poll) use(multi_wakeup) use(multi_socket_action) use(multi_assign)

/*
 * The functions themselves, with the types that the header gives them. On Linux a linked libcurl would bring three
 * dozen libraries into every process, also into one that only prints its version; so it is loaded when the first
 * client needs it. Swift owns the one table and hands it to every door below. A static table in this header would
 * exist once in every object file that Swift compiles, each to be filled and guarded on its own.
 */
typedef struct ccurl_functions {
#define CCURL_FIELD(name) __typeof__(&curl_##name) name;
  CCURL_EACH_FUNCTION(CCURL_FIELD)
#undef CCURL_FIELD
  unsigned int version; /* of the library in use, as 0xXXYYZZ */
} ccurl_functions;
typedef const ccurl_functions *ccurl;

typedef enum { CCURL_LOADED, CCURL_MISSING, CCURL_TOO_OLD } ccurl_load_result;

/*
 * Loads libcurl, for good, and fills the table; after CCURL_MISSING, dlerror() says why. Local: its symbols, and
 * those of its libraries, answer to nobody else.
 */
static inline ccurl_load_result ccurl_load(ccurl_functions *c, const char *name) {
#ifdef __linux__
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return CCURL_MISSING;
#define CCURL_FIND(name)                                                                                               \
  c->name = (__typeof__(c->name))dlsym(library, "curl_" #name);                                                        \
  if (!c->name) return CCURL_TOO_OLD;
#else
  (void)name; /* It is linked. */
#define CCURL_FIND(name) c->name = &curl_##name;
#endif
  CCURL_EACH_FUNCTION(CCURL_FIND)
#undef CCURL_FIND
  c->version = c->version_info(CURLVERSION_FIRST)->version_num;
  return c->version < CCURL_VERSION_MIN ? CCURL_TOO_OLD : CCURL_LOADED;
}

/* Swift cannot call C variadics: one typed door per kind of value. */
static inline CURLcode ccurl_set_long(ccurl c, CURL *h, CURLoption o, long v) { return c->easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_offset(ccurl c, CURL *h, CURLoption o, curl_off_t v) {
  return c->easy_setopt(h, o, v);
}
static inline CURLcode ccurl_set_string(ccurl c, CURL *h, CURLoption o, const char *v) {
  return c->easy_setopt(h, o, v);
}
static inline CURLcode ccurl_set_pointer(ccurl c, CURL *h, CURLoption o, void *v) { return c->easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_list(ccurl c, CURL *h, CURLoption o, struct curl_slist *v) {
  return c->easy_setopt(h, o, v);
}

/* CURL_BLOB_COPY: libcurl keeps its own copy, so the caller's buffer may go away. */
static inline CURLcode ccurl_set_blob(ccurl c, CURL *h, CURLoption o, const void *p, size_t n) {
  struct curl_blob b = {(void *)p, n, CURL_BLOB_COPY};
  return c->easy_setopt(h, o, &b);
}

typedef size_t (*ccurl_data_fn)(char *, size_t, size_t, void *);
typedef int (*ccurl_seek_fn)(void *, curl_off_t, int);
typedef int (*ccurl_prereq_fn)(void *, char *, char *, int, int);
static inline CURLcode ccurl_set_data_fn(ccurl c, CURL *h, CURLoption o, ccurl_data_fn f) {
  return c->easy_setopt(h, o, f);
}
static inline CURLcode ccurl_set_seek_fn(ccurl c, CURL *h, ccurl_seek_fn f) {
  return c->easy_setopt(h, CURLOPT_SEEKFUNCTION, f);
}
static inline CURLcode ccurl_set_prereq_fn(ccurl c, CURL *h, ccurl_prereq_fn f) {
  return c->easy_setopt(h, CURLOPT_PREREQFUNCTION, f);
}

/* Debian's libcurl also speaks ldap, scp, smb and more. The library in use may be older than the header. */
static inline CURLcode ccurl_set_http_only(ccurl c, CURL *h) {
#if LIBCURL_VERSION_NUM >= 0x075500
  if (c->version >= 0x075500) return c->easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
#endif
  return c->easy_setopt(h, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

/* Without it, giving up a transfer waits on the loop's thread until a slow name lookup has ended. */
static inline void ccurl_set_quick_exit(ccurl c, CURL *h) {
#if LIBCURL_VERSION_NUM >= 0x075700
  c->easy_setopt(h, CURLOPT_QUICK_EXIT, 1L); /* An older library refuses it, and waits. */
#else
  (void)c, (void)h;
#endif
}

static inline CURLcode ccurl_get_long(ccurl c, CURL *h, CURLINFO i, long *v) { return c->easy_getinfo(h, i, v); }

static inline CURLMcode ccurl_multi_set_long(ccurl c, CURLM *m, CURLMoption o, long v) {
  return c->multi_setopt(m, o, v);
}
static inline CURLMcode ccurl_multi_set_pointer(ccurl c, CURLM *m, CURLMoption o, void *v) {
  return c->multi_setopt(m, o, v);
}
static inline CURLMcode ccurl_multi_set_socket_fn(ccurl c, CURLM *m, curl_socket_callback f) {
  return c->multi_setopt(m, CURLMOPT_SOCKETFUNCTION, f);
}
static inline CURLMcode ccurl_multi_set_timer_fn(ccurl c, CURLM *m, curl_multi_timer_callback f) {
  return c->multi_setopt(m, CURLMOPT_TIMERFUNCTION, f);
}

/* CURLMsg.data is a union; this is the one member that matters. */
static inline CURLcode ccurl_message_result(const CURLMsg *m) { return m->data.result; }

/* Milliseconds on a clock that never jumps. */
static inline uint64_t ccurl_milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A detached thread that runs f(argument); 0 when it started. */
static inline int ccurl_start_thread(void *(*f)(void *), void *argument) {
  pthread_t thread;
  int failed = pthread_create(&thread, NULL, f, argument);
  if (!failed) pthread_detach(thread);
  return failed;
}

static inline void ccurl_close(int descriptor) { close(descriptor); }

/* Names the calling thread, for debuggers. */
static inline void ccurl_name_thread(const char *name) {
#ifdef __linux__
  prctl(PR_SET_NAME, name, 0, 0, 0);
#elif defined(__APPLE__)
  pthread_setname_np(name);
#else
  (void)name;
#endif
}

#ifdef __linux__
typedef struct {
  int descriptor;
  int happened; /* CURL_CSELECT_* */
} ccurl_event;

static inline int ccurl_epoll_change(int epoll, int operation, int descriptor, int reads, int writes) {
  struct epoll_event e = {.events = (reads ? EPOLLIN : 0) | (writes ? EPOLLOUT : 0), .data = {.fd = descriptor}};
  return epoll_ctl(epoll, operation, descriptor, &e);
}

static inline int ccurl_epoll_wait(int epoll, ccurl_event *out, int max, int milliseconds) {
  struct epoll_event e[64];
  if (max > 64) max = 64;
  int n = epoll_wait(epoll, e, max, milliseconds);
  for (int i = 0; i < n; i++) {
    out[i].descriptor = e[i].data.fd;
    out[i].happened = ((e[i].events & (EPOLLIN | EPOLLHUP)) ? CURL_CSELECT_IN : 0) |
                      ((e[i].events & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
                      ((e[i].events & EPOLLERR) ? CURL_CSELECT_ERR : 0);
  }
  return n;
}
static inline int ccurl_epoll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int ccurl_event_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void ccurl_event_raise(int descriptor) {
  uint64_t one = 1;
  (void)!write(descriptor, &one, sizeof one);
}
static inline void ccurl_event_clear(int descriptor) {
  uint64_t count;
  (void)!read(descriptor, &count, sizeof count);
}
#endif
#endif
