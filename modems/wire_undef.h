// SPDX-License-Identifier: GPL-2.0-or-later
// Ends one expansion of wire.def; included many times on purpose.
#undef BEGIN
#undef I64
#undef U64
#undef I32
#undef U32
#undef U8
#undef TEXT
#undef TEXTS
#undef BYTES
#undef END
