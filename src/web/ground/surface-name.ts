/** A web surface, as the file names it: for people, for administrators, for programs. Each has a listener of its own. */
export type SurfaceName = 'people' | 'console' | 'api'
