/* DNS over HTTPS (RFC 8484) by libcurl: all questions on one HTTP/2 connection, in a thread of their own. */
#include "dns/packet.h"

#include <curl/curl.h>
#include <pthread.h>

enum { MAX_ANSWER = 65535, POLL_MS = 1000, CONNECT_MS = 5000 };

typedef struct job {
    struct job *next, *previous;
    struct doh *doh;
    mw_question *question;
    CURL *easy; /* NULL: not begun */
    uint8_t packet[MW_PACKET_QUESTION];
    size_t packet_len;
    GByteArray *answer;
} job;

typedef struct doh {
    mw_source source;
    char *label, *url, *ca_file;
    bool dnssec;
    CURLM *multi;
    struct curl_slist *headers;
    pthread_t thread;
    bool started;
    job *running;         /* the thread's alone */
    pthread_mutex_t lock; /* over these */
    job *fresh;
    bool stop;
} doh;

static size_t take_answer(char *data, size_t size, size_t count, void *user) {
    job *j = user;
    size_t len = size * count;
    if (j->answer->len + len > MAX_ANSWER)
        return 0;
    g_byte_array_append(j->answer, (const guint8 *)data, (guint)len);
    return len;
}

static void begin(doh *d, job *j) {
    j->easy = curl_easy_init();
    curl_easy_setopt(j->easy, CURLOPT_URL, d->url);
    curl_easy_setopt(j->easy, CURLOPT_HTTPHEADER, d->headers);
    curl_easy_setopt(j->easy, CURLOPT_POSTFIELDS, j->packet);
    curl_easy_setopt(j->easy, CURLOPT_POSTFIELDSIZE, (long)j->packet_len);
    curl_easy_setopt(j->easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(j->easy, CURLOPT_WRITEDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_PRIVATE, j);
    curl_easy_setopt(j->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(j->easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(j->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(j->easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(j->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    if (d->ca_file)
        curl_easy_setopt(j->easy, CURLOPT_CAINFO, d->ca_file);
    curl_multi_add_handle(d->multi, j->easy);
    j->next = d->running;
    j->previous = NULL;
    if (j->next)
        j->next->previous = j;
    d->running = j;
}

static void free_job(job *j) {
    g_byte_array_unref(j->answer);
    g_free(j);
}

static void end(doh *d, job *j) {
    curl_multi_remove_handle(d->multi, j->easy);
    curl_easy_cleanup(j->easy);
    if (j->previous)
        j->previous->next = j->next;
    else
        d->running = j->next;
    if (j->next)
        j->next->previous = j->previous;
    free_job(j);
}

static void finish(doh *d, job *j, CURLcode result) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_answer answer = {.status = MW_DNS_NETERR};
    long code = 0;
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &code);
    mw_span packet = {(const char *)j->answer->data, j->answer->len};
    if (result == CURLE_OPERATION_TIMEDOUT)
        answer.status = MW_DNS_TIMEOUT;
    else if (result == CURLE_OK && code == 200 && !mw_packet_read(arena, packet, j->question, &answer))
        answer.status = MW_DNS_BADANSWER;
    answer.secure &= d->dnssec;
    j->question->answered(j->question, &answer);
    end(d, j);
}

/* The new questions, oldest first; NULL after a stop. */
static bool take_fresh(doh *d) {
    pthread_mutex_lock(&d->lock);
    job *fresh = d->fresh;
    bool stop = d->stop;
    d->fresh = NULL;
    pthread_mutex_unlock(&d->lock);
    job *ordered = NULL;
    for (job *j = fresh, *next; j; j = next) {
        next = j->next;
        j->next = ordered;
        ordered = j;
    }
    for (job *j = ordered, *next; j; j = next) {
        next = j->next;
        begin(d, j);
    }
    return !stop;
}

static void *run(void *data) {
    doh *d = data;
    while (take_fresh(d)) {
        int running, left;
        curl_multi_perform(d->multi, &running);
        for (CURLMsg *m; (m = curl_multi_info_read(d->multi, &left));) {
            char *private = NULL;
            CURLcode result = m->data.result;
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
            finish(d, (job *)(void *)private, result);
        }
        curl_multi_poll(d->multi, NULL, 0, POLL_MS, NULL);
    }
    while (d->running)
        end(d, d->running);
    return NULL;
}

static void ask(mw_source *source, mw_question *question) {
    doh *d = (doh *)source;
    pthread_mutex_lock(&d->lock);
    if (!d->started)
        d->started = pthread_create(&d->thread, NULL, run, d) == 0;
    bool started = d->started;
    if (started) {
        job *j = g_new0(job, 1);
        j->doh = d;
        j->question = question;
        j->answer = g_byte_array_new();
        j->packet_len = mw_packet_write(question, d->dnssec, j->packet);
        j->next = d->fresh;
        d->fresh = j;
    }
    pthread_mutex_unlock(&d->lock);
    mw_answer answer = {.status = MW_DNS_NETERR};
    if (started)
        curl_multi_wakeup(d->multi);
    else
        question->answered(question, &answer);
}

static void free_doh(mw_source *source) {
    doh *d = (doh *)source;
    pthread_mutex_lock(&d->lock);
    d->stop = true;
    pthread_mutex_unlock(&d->lock);
    if (d->started) {
        curl_multi_wakeup(d->multi);
        pthread_join(d->thread, NULL);
    }
    for (job *j = d->fresh, *next; j; j = next) {
        next = j->next;
        free_job(j);
    }
    curl_multi_cleanup(d->multi);
    curl_slist_free_all(d->headers);
    pthread_mutex_destroy(&d->lock);
    g_free(d->label);
    g_free(d->url);
    g_free(d->ca_file);
    g_free(d);
}

static bool is_https(const char *url) {
    CURLU *parsed = curl_url();
    char *scheme = NULL;
    bool ok = curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && g_str_equal(scheme, "https");
    curl_free(scheme);
    curl_url_cleanup(parsed);
    return ok;
}

mw_source *mw_source_doh(const mw_doh_options *options, GError **error) {
    if (!is_https(options->url)) {
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "%s is no https URL of a DNS resolver", options->url);
        return NULL;
    }
    doh *d = g_new0(doh, 1);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    d->label = g_strconcat(options->url, options->dnssec ? ", which checks DNSSEC" : "", NULL);
    d->url = g_strdup(options->url);
    d->ca_file = g_strdup(options->ca_file);
    d->dnssec = options->dnssec;
    d->multi = curl_multi_init();
    curl_multi_setopt(d->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(d->multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    d->headers = curl_slist_append(NULL, "Content-Type: application/dns-message");
    d->headers = curl_slist_append(d->headers, "Accept: application/dns-message");
    pthread_mutex_init(&d->lock, NULL);
    d->source = (mw_source){.kind = MW_SOURCE_LIVE, .name = d->label, .ask = ask, .free = free_doh};
    return &d->source;
}
