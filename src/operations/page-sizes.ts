// How much goes over the socket in one line: an answer has at most 1 MB.

/** People in one answer of `user.list`. */
export const usersPerPage = 1000

/** Rows in one answer of `audit.search`, each with its time line. */
export const auditRowsPerPage = 200

/** Seeds in one call of `seeds.import`, which are stored together or not at all; its request may be longer (`adminLimits`). */
export const maximumSeedsPerCall = 20_000

/** Serial numbers in one call of `spare-token.remove`. */
export const maximumSerialsPerCall = 100

/** Rows in one event of `seeds.import` and `spare-token.list`. */
export const seedRowsPerEvent = 500

/** Rows of the audit in one answer of `person.export`, each with its time line. */
export const exportedAuditRows = 100
