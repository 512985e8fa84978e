// How much goes over the socket in one line: an answer has at most 1 MB.

/** People in one answer of `user.list`. */
export const usersPerPage = 1000

/** Rows in one answer of `audit.search`, each with its time line. */
export const auditRowsPerPage = 200

/** Seeds in one call of `seeds.import`. */
export const maximumSeedsPerCall = 1000
