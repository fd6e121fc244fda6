import * as z from "zod";

// zod tries out whether it may compile its parsers with `new Function` as soon as a schema is made. The
// page's policy forbids that and would report the attempt.
z.config({ jitless: true });
