#ifndef MAINSTAY_CARGON2_H
#define MAINSTAY_CARGON2_H

#include <argon2.h>

#endif
