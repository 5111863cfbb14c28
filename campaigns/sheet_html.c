// SPDX-License-Identifier: GPL-2.0-or-later
/* A report as one page that needs nothing else: A4 with the margins, the head and the place of the
 * signatures of Nghị định 30/2020/NĐ-CP. Everything that is not ours is escaped; the page carries a
 * policy that lets no script run and nothing be fetched. */
#include "campaigns/sheet.h"

#include "campaigns/figure.h"

enum { LANDSCAPE_COLUMNS = 8 };

static const char style[] =
    "*{box-sizing:border-box}"
    "body{font-family:'Times New Roman','Liberation Serif',serif;font-size:13pt;line-height:1.25;"
    "color:#000;background:#fff;margin:0 auto;padding:8mm}"
    ".head,.foot{display:grid;text-align:center;break-inside:avoid}"
    ".head{grid-template-columns:2fr 3fr;column-gap:6mm;margin-bottom:7mm;font-size:12pt}"
    ".foot{grid-template-columns:1fr 1fr;margin-top:6mm}"
    ".head p,.foot p{margin:0}.strong{font-weight:bold}.caps{text-transform:uppercase}"
    ".line{display:inline-block;border-bottom:.6pt solid #000;padding-bottom:1pt}"
    ".short::after{content:'';display:block;width:40%;margin:1pt auto 0;border-bottom:.6pt solid "
    "#000}"
    "h1{font-size:14pt;margin:0;text-align:center;text-transform:uppercase}"
    ".under{text-align:center;margin:1mm 0}.italic{font-style:italic}"
    "table{width:100%;border-collapse:collapse;margin-top:4mm;font-size:11.5pt}"
    "th,td{border:.5pt solid #000;padding:1.2mm 1.6mm;vertical-align:top}"
    "th{text-align:center;vertical-align:middle}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "td.n{text-align:right;white-space:nowrap}td.c{text-align:center;white-space:nowrap}"
    "td.t{white-space:pre-wrap;overflow-wrap:anywhere}"
    "td.t:empty{min-width:24mm}"
    "tr.section td{font-weight:bold;background:#f0f0f0}tr.total td{font-weight:bold}"
    ".notes{font-size:11pt;margin-top:4mm}.notes p{margin:0 0 1mm}"
    ".sign{padding-bottom:26mm}"
    "@media print{body{padding:0}}";

static void put(GString *out, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append(out, escaped);
}

/* Nothing for NULL. */
static void put_line(GString *out, const char *class, const char *text)
{
    if (text == NULL)
        return;
    g_string_append_printf(out, "<p class=\"%s\">", class);
    put(out, text);
    g_string_append(out, "</p>\n");
}

static void put_head(GString *out, const struct sheet *sheet)
{
    g_string_append(out, "<div class=\"head\"><div>\n");
    put_line(out, "caps", sheet->parent);
    put_line(out, "caps strong short", sheet->organisation);
    g_string_append(out, "</div><div>\n");
    put_line(out, "strong", sheet_state);
    g_string_append(out, "<p class=\"strong\"><span class=\"line\">");
    put(out, sheet_motto);
    g_string_append(out, "</span></p>\n</div></div>\n<h1>");
    put(out, sheet->title);
    g_string_append(out, "</h1>\n");
    put_line(out, "under strong", sheet->subtitle);
    put_line(out, "under italic", sheet->as_of);
}

static const char *class_of(enum sheet_type type)
{
    switch (type) {
    case SHEET_INTEGER:
    case SHEET_PERCENT:
        return "n";
    case SHEET_DATE:
    case SHEET_PHONE:
        return "c";
    case SHEET_TEXT:
        break;
    }
    return "t";
}

static char *cell_text(const struct sheet_cell *cell, enum sheet_type type)
{
    if (!cell->filled)
        return g_strdup("");
    switch (type) {
    case SHEET_INTEGER:
        return figure_count(cell->number);
    case SHEET_PERCENT:
        return figure_percent(cell->number, cell->base);
    case SHEET_DATE:
        return sheet_date_text(cell);
    case SHEET_TEXT:
    case SHEET_PHONE:
        break;
    }
    return g_strdup(cell->text);
}

static void put_cells(GString *out, const struct sheet *sheet, const struct sheet_row *row)
{
    bool first_text = true;
    for (unsigned c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet->columns->pdata[c];
        g_autofree char *text = cell_text(&row->cells[c], column->type);
        bool indented = first_text && column->type == SHEET_TEXT && row->indent > 0;
        g_string_append_printf(out, "<td class=\"%s\"", class_of(column->type));
        if (indented)
            g_string_append_printf(out, " style=\"padding-left:%umm\"", 2 + 4 * row->indent);
        g_string_append_c(out, '>');
        put(out, text);
        g_string_append(out, "</td>");
        first_text = first_text && column->type != SHEET_TEXT;
    }
}

static void put_row(GString *out, const struct sheet *sheet, const struct sheet_row *row)
{
    static const char *const classes[] = {[SHEET_ROW] = "",
                                          [SHEET_SECTION] = " class=\"section\"",
                                          [SHEET_TOTAL] = " class=\"total\""};
    g_string_append_printf(out, "<tr%s>", classes[row->kind]);
    if (row->kind == SHEET_SECTION) {
        g_string_append_printf(out, "<td colspan=\"%u\">", sheet->columns->len);
        put(out, row->cells[0].text);
        g_string_append(out, "</td>");
    } else {
        put_cells(out, sheet, row);
    }
    g_string_append(out, "</tr>\n");
}

static void put_table(GString *out, const struct sheet *sheet)
{
    g_string_append(out, "<table><thead><tr>");
    for (unsigned c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet->columns->pdata[c];
        g_string_append(out, "<th scope=\"col\">");
        put(out, column->heading);
        g_string_append(out, "</th>");
    }
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    for (unsigned i = 0; i < sheet->rows->len; i++)
        put_row(out, sheet, sheet->rows->pdata[i]);
    g_string_append(out, "</tbody></table>\n");
}

static void put_foot(GString *out, const struct sheet *sheet)
{
    g_string_append(out, "<div class=\"notes\">\n");
    for (unsigned i = 0; i < sheet->notes->len; i++)
        put_line(out, "italic", sheet->notes->pdata[i]);
    g_string_append(out, "</div>\n<div class=\"foot\"><p></p>");
    put_line(out, "italic", sheet->place_date == NULL ? "" : sheet->place_date);
    for (size_t i = 0; i < G_N_ELEMENTS(sheet_signatures); i++) {
        g_string_append(out, "<div class=\"sign\">");
        put_line(out, "strong", sheet_signatures[i][0]);
        put_line(out, "italic", sheet_signatures[i][1]);
        g_string_append(out, "</div>");
    }
    g_string_append(out, "</div>\n");
}

GBytes *sheet_html(const struct sheet *sheet)
{
    bool wide = sheet->columns->len >= LANDSCAPE_COLUMNS;
    GString *out =
        g_string_new("<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\""
                     "default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
    put(out, sheet->title);
    g_string_append_printf(out,
                           "</title>\n<style>@page{size:A4%s;margin:20mm 15mm 20mm 30mm}"
                           "body{max-width:%umm}%s</style></head>\n<body>\n",
                           wide ? " landscape" : "", wide ? 268U : 181U, style);
    put_head(out, sheet);
    put_table(out, sheet);
    put_foot(out, sheet);
    g_string_append(out, "</body></html>\n");
    return g_string_free_to_bytes(out);
}
