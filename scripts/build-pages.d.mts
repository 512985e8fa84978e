/** Builds people's pages where they are not what their sources say. Throws where Vite fails. */
export function buildPages(): void
