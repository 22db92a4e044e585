#include "base/timestamp.h"

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t days_from_date(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_days(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static int month_number(mw_span word) {
    for (int m = 0; m < 12; m++)
        if (mw_span_starts_n(word, months + 3 * m, 3))
            return m + 1;
    return 0;
}

static bool is_weekday(mw_span word) {
    static const char days[] = "MonTueWedThuFriSatSun";
    for (int d = 0; d < 7; d++)
        if (mw_span_starts_n(word, days + 3 * d, 3))
            return true;
    return false;
}

static bool valid(int64_t year, int month, int day, int hour, int minute, int second) {
    static const char lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return year >= 1900 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= lengths[month - 1] && hour <= 23 && minute <= 59 && second <= 60;
}

/* Digits at the head of text; the count of them, 0 when there are none or more than nine. */
static size_t leading_number(mw_span text, int *out) {
    size_t n = 0;
    int value = 0;
    while (n < text.len && n < 10 && g_ascii_isdigit(text.data[n]))
        value = n < 9 ? value * 10 + (text.data[n] - '0') : value, n++;
    *out = value;
    return n < 10 ? n : 0;
}

/* hh:mm[:ss], also with dots, also with a fraction of a second */
static bool read_clock(mw_span word, int *hour, int *minute, int *second) {
    size_t n = leading_number(word, hour);
    if (n == 0 || n > 2 || n >= word.len || (word.data[n] != ':' && word.data[n] != '.'))
        return false;
    char colon = word.data[n];
    word = mw_span_from(word, n + 1);
    n = leading_number(word, minute);
    if (n != 2)
        return false;
    *second = 0;
    if (n == word.len)
        return true;
    if (word.data[n] != colon)
        return false;
    word = mw_span_from(word, n + 1);
    n = leading_number(word, second);
    return n == 2 && (n == word.len || word.data[n] == '.' || word.data[n] == ',');
}

static bool read_zone(mw_span word, int *minutes) {
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"UT", 0},   {"UTC", 0},  {"GMT", 0},  {"Z", 0},    {"EST", -5}, {"EDT", -4},
                 {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7},
                 {"CET", 1},  {"CEST", 2}, {"MET", 1},  {"MEST", 2}, {"BST", 1},  {"WET", 0},
                 {"WEST", 1}, {"EET", 2},  {"EEST", 3}, {"MSK", 3},  {"JST", 9},  {"AEST", 10}};
    mw_span name = word;
    for (size_t i = 0; i < word.len; i++)
        if (word.data[i] == '+' || word.data[i] == '-') {
            name.len = i;
            break;
        }
    if (name.len == word.len) {
        for (size_t i = 0; i < G_N_ELEMENTS(zones); i++)
            if (mw_span_is(name, zones[i].name)) {
                *minutes = zones[i].hours * 60;
                return true;
            }
        return false;
    }
    if (name.len && !mw_span_is(name, "GMT") && !mw_span_is(name, "UTC"))
        return false;
    int sign = word.data[name.len] == '-' ? -1 : 1, value;
    word = mw_span_from(word, name.len + 1);
    size_t n = leading_number(word, &value);
    if (n >= 1 && n <= 2 && n < word.len && word.data[n] == ':') {
        int rest;
        if (leading_number(mw_span_from(word, n + 1), &rest) != 2)
            return false;
        value = value * 100 + rest;
    } else if (n != word.len || n < 1 || n == 3 || n > 4) {
        return false;
    } else if (n <= 2) {
        value *= 100;
    }
    if (value / 100 > 14 || value % 100 > 59)
        return false;
    *minutes = sign * (value / 100 * 60 + value % 100);
    return true;
}

/* The next word: white space, commas and (nested) comments are passed over. */
static mw_span next_word(mw_span *text) {
    size_t i = 0, start;
    int depth = 0;
    for (; i < text->len; i++) {
        char c = text->data[i];
        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (!depth && c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ',')
            break;
    }
    for (start = i; i < text->len && !strchr(" \t\r\n,(", text->data[i]); i++)
        if (text->data[i] == 0)
            break;
    mw_span word = mw_span_slice(*text, start, i);
    *text = mw_span_from(*text, i + (i < text->len && text->data[i] == 0));
    return word;
}

/* RFC 5322 section 4.3: of two digits or three. */
static int full_year(int year, size_t digits) {
    return year + (digits > 3 ? 0 : digits < 3 && year < 50 ? 2000 : 1900);
}

/* 1-Nov-2026 or 2026-11-01 or 2026/11/01 in one word */
static bool read_joined_date(mw_span word, int *year, int *month, int *day) {
    int first;
    size_t n = leading_number(word, &first);
    if (n == 0 || n >= word.len || (word.data[n] != '-' && word.data[n] != '/'))
        return false;
    mw_span rest = mw_span_from(word, n + 1);
    mw_span middle = mw_span_cut(&rest, word.data[n]);
    int last;
    if (!rest.data || leading_number(rest, &last) != rest.len)
        return false;
    int m = month_number(middle);
    if (m == 0 && leading_number(middle, &m) != middle.len)
        return false;
    *month = m;
    *year = n == 4 ? first : full_year(last, rest.len);
    *day = n == 4 ? last : first;
    return true;
}

mw_time mw_time_read_mail(mw_span text, int *zone_minutes) {
    int year = -1, month = 0, day = 0, hour = -1, minute = 0, second = 0, zone = 0, number;
    bool have_zone = false;
    for (int words = 0; words < 12; words++) {
        mw_span word = next_word(&text);
        if (word.len == 0)
            break;
        int h, m, s;
        if (hour < 0 && read_clock(word, &h, &m, &s)) {
            hour = h;
            minute = m;
            second = s;
            continue;
        }
        if (month == 0 && day == 0 && read_joined_date(word, &year, &month, &day))
            continue;
        size_t digits = leading_number(word, &number);
        if (digits && digits == word.len) {
            if (day == 0 && digits <= 2)
                day = number;
            else if (year < 0)
                year = full_year(number, digits);
            continue;
        }
        if (month == 0 && (month = month_number(word)))
            continue;
        if (hour >= 0 && !have_zone && read_zone(word, &zone)) {
            have_zone = true;
            continue;
        }
        if (hour >= 0 && (mw_span_is(word, "PM") || mw_span_is(word, "AM"))) {
            hour = hour % 12 + (mw_span_is(word, "PM") ? 12 : 0);
            continue;
        }
        if (!is_weekday(word) && hour >= 0 && month && day && year >= 0)
            break; /* trailing text after a whole date */
    }
    if (hour < 0 || !valid(year, month, day, hour, minute, second))
        return MW_TIME_UNKNOWN;
    if (zone_minutes)
        *zone_minutes = zone;
    return ((days_from_date(year, month, day) * 24 + hour) * 60 + minute - zone) * 60 + second;
}

mw_time mw_time_read_rfc3339(mw_span text) {
    int year, month, day, hour = 0, minute = 0, second = 0, zone = 0;
    text = mw_span_trim(text);
    if (text.len < 10 || leading_number(text, &year) != 4 || text.data[4] != '-' ||
        leading_number(mw_span_slice(text, 5, 7), &month) != 2 || text.data[7] != '-' ||
        leading_number(mw_span_slice(text, 8, 10), &day) != 2)
        return MW_TIME_UNKNOWN;
    text = mw_span_from(text, 10);
    if (text.len) {
        if (text.len < 9 || !strchr("Tt ", text.data[0]) ||
            !read_clock(mw_span_slice(text, 1, 9), &hour, &minute, &second))
            return MW_TIME_UNKNOWN;
        text = mw_span_from(text, 9);
        if (text.len && text.data[0] == '.') {
            size_t n = 1;
            while (n < text.len && g_ascii_isdigit(text.data[n]))
                n++;
            text = mw_span_from(text, n);
        }
        if (text.len && !read_zone(text, &zone))
            return MW_TIME_UNKNOWN;
    }
    if (!valid(year, month, day, hour, minute, second))
        return MW_TIME_UNKNOWN;
    return ((days_from_date(year, month, day) * 24 + hour) * 60 + minute - zone) * 60 + second;
}

typedef struct parts {
    int year, month, day, hour, minute, second;
} parts;

static parts split(mw_time time) {
    parts p;
    int64_t days = time / 86400, rest = time % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    date_from_days(days, &p.year, &p.month, &p.day);
    p.hour = (int)(rest / 3600);
    p.minute = (int)(rest / 60 % 60);
    p.second = (int)(rest % 60);
    return p;
}

/* In two digits, where a text of the same form stands. */
static void put_two(char *to, int number) {
    to[0] = (char)('0' + number / 10);
    to[1] = (char)('0' + number % 10);
}

char *mw_time_rfc3339(mw_arena *arena, mw_time time) {
    if (time == MW_TIME_UNKNOWN)
        return NULL;
    parts p = split(time);
    if (p.year < 0 || p.year > 9999)
        return mw_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", p.year, p.month, p.day, p.hour, p.minute,
                         p.second);
    char *text = mw_strdup(arena, "0000-00-00T00:00:00Z");
    put_two(text, p.year / 100);
    put_two(text + 2, p.year % 100);
    put_two(text + 5, p.month);
    put_two(text + 8, p.day);
    put_two(text + 11, p.hour);
    put_two(text + 14, p.minute);
    put_two(text + 17, p.second);
    return text;
}

char *mw_time_text(mw_arena *arena, mw_time time) {
    if (time == MW_TIME_UNKNOWN)
        return NULL;
    parts p = split(time);
    return mw_printf(arena, "%d %.3s %d %02d:%02d UTC", p.day, months + 3 * (p.month - 1), p.year, p.hour,
                     p.minute);
}

char *mw_time_day(mw_arena *arena, mw_time time) {
    if (time == MW_TIME_UNKNOWN)
        return NULL;
    parts p = split(time);
    return mw_printf(arena, "%d %.3s %d", p.day, months + 3 * (p.month - 1), p.year);
}

char *mw_time_span(mw_arena *arena, int64_t seconds) {
    static const struct {
        int64_t seconds;
        const char *one, *many;
    } units[] = {{86400, "day", "days"}, {3600, "h", "h"}, {60, "min", "min"}, {1, "s", "s"}};
    if (seconds < 0)
        return mw_printf(arena, "-%s", mw_time_span(arena, -seconds));
    for (size_t i = 0; i < 4; i++) {
        int64_t n = seconds / units[i].seconds;
        if (n == 0 && i < 3)
            continue;
        const char *unit = n == 1 ? units[i].one : units[i].many;
        int64_t next = i < 3 ? seconds % units[i].seconds / units[i + 1].seconds : 0;
        if (next)
            return mw_printf(arena, "%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s", n, unit, next,
                             next == 1 ? units[i + 1].one : units[i + 1].many);
        return mw_printf(arena, "%" G_GINT64_FORMAT " %s", n, unit);
    }
    return NULL;
}
