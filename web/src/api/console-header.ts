/** Shows the server that this console made the request, and no page of another origin. */
export const CONSOLE_HEADER = { 'x-muster-console': '1' };
