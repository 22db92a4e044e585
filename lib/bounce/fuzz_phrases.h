#pragma once

#include "bounce/bounce.h"

/* For fuzz targets: the phrases of data/, read once. */
static inline const mw_phrases *phrases_once(void) {
    static mw_data *data; /* of which the phrases are a part */
    if (!data)
        data = mw_data_new(NULL);
    return mw_phrases_of_data(data, NULL);
}
