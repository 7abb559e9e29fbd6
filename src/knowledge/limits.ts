/** The largest file that is taken. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Files up to this size are read in a moment: they do not wait for larger ones. */
export const SMALL_FILE_BYTES = 256 * 1024;
/** The most text that one document may hold, in UTF-16 units. */
export const MAX_TEXT_CHARS = 5_000_000;
/** How long reading one document may take. */
export const EXTRACT_TIMEOUT_MS = 60_000;
/** JavaScript heap of a thread that reads documents. */
export const EXTRACT_HEAP_MB = 512;
/** What that thread may hold; beyond the heap this counts what parsers decompress. */
export const EXTRACT_MEMORY_BYTES = 1024 * 1024 * 1024;

/** What compressed parts of a file may come to when they are unpacked, and how many parts there may be. */
export const MAX_UNPACKED_BYTES = 200 * 1024 * 1024;
export const MAX_ZIP_ENTRIES = 2_000;
/** Nobody writes a document a hundred times smaller than its content; bombs are. Small parts are spared the rule. */
export const MAX_UNPACK_RATIO = 200;

export const MAX_NAME_CHARS = 255;

/** Passages aim at this many characters … */
export const CHUNK_TARGET_CHARS = 1_000;
/** … and never exceed this, so that a short remainder can stay with its paragraph. */
export const CHUNK_MAX_CHARS = 1_250;

/** A part of a document's text, as stored. */
export const TEXT_PART_CHARS = 64 * 1024;
/** Chunks that one batch stores: few enough that other writers do not notice. */
export const BATCH_CHUNKS = 64;
/** Chunks that one batch deletes; taking words out of the index costs more than putting them in. */
export const PURGE_CHUNKS = 16;

export const DEFAULT_SEARCH_RESULTS = 5;
export const MAX_SEARCH_RESULTS = 50;
/** Of a long question only so many different words are looked up. */
export const MAX_QUERY_TERMS = 40;

/** What `readDocument` returns at once unless asked for less. */
export const MAX_READ_CHARS = 50_000;
