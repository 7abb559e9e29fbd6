const DAY_SECONDS = 24 * 60 * 60;

/** A browser that was not used for so long has to sign in again. */
export const COOKIE_SECONDS = 7 * DAY_SECONDS;
/** A cookie older than this is made anew when it is used, so that who comes back within a week stays signed in. */
export const COOKIE_RENEWAL_MS = DAY_SECONDS * 1_000;
