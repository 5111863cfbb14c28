// SPDX-License-Identifier: GPL-2.0-or-later
/* Most versions are the newest of their voice and follow on what stands. One that was said earlier,
 * or that a person decides on an old reply, has all versions weighed anew. No row is ever deleted;
 * only which of them is in force changes, and the code of that one. */
#include "campaigns/answer_put.h"

#include "campaigns/ballot.h"

void answer_put_clear(struct answer_put *put)
{
    g_free(put->code);
    *put = (struct answer_put){0};
}

static struct answer_voice voice_of(const struct answer_row *row)
{
    return (struct answer_voice){row->campaign_id, row->contact_id, row->person_id, row->question};
}

static bool follow_on(struct store *store, const struct question_config *question,
                      const struct answer_row *current, struct answer_row *row,
                      struct answer_put *put, GError **error)
{
    put->code = ballot_step(question, current->id != 0 ? current->code : "", row->said);
    row->code = put->code;
    return (current->id == 0 || store_answer_supersede(store, current->id, row->id, error)) &&
           store_answer_insert(store, row, error);
}

static bool weigh(struct store *store, const struct question_config *question,
                  const struct answer_row *current, struct answer_row *row, struct answer_put *put,
                  GError **error)
{
    struct answer_voice voice = voice_of(row);
    g_autoptr(GPtrArray) rows = store_answer_versions(store, &voice, error);
    if (rows == NULL)
        return false;
    g_autofree struct ballot_version *versions = g_new(struct ballot_version, rows->len + 1);
    for (unsigned i = 0; i < rows->len; i++) {
        const struct answer_row *old = rows->pdata[i];
        versions[i] = (struct ballot_version){old->at, old->id, old->reply_id, old->said};
    }
    versions[rows->len] = (struct ballot_version){row->at, row->id, row->reply_id, row->said};
    int place = -1;
    put->code = ballot_stand(question, versions, rows->len + 1, &place);
    int64_t winner = versions[place].id;
    row->code = winner == row->id ? put->code : row->said;
    row->superseded_by = winner == row->id ? 0 : winner;
    bool steps_back = current->id != winner;
    return (!steps_back || store_answer_supersede(store, current->id, winner, error)) &&
           store_answer_insert(store, row, error) &&
           (winner == row->id || store_answer_enforce(store, winner, put->code, error));
}

bool answer_put(struct store *store, const struct question_config *question,
                const struct answer_row *row, struct answer_put *retput, GError **error)
{
    struct answer_row current = {0}, version = *row;
    struct answer_voice voice = voice_of(row);
    struct answer_put put = {0};
    if (!store_answer_current(store, &voice, &current, error))
        return false;
    bool newest = current.id == 0 || (row->at >= current.at && row->reply_id != current.reply_id);
    bool by_itself = row->by == NULL || row->by[0] == '\0';
    bool written = store_answer_next_id(store, &version.id, error) &&
                   (current.id == 0 || (newest && by_itself)
                        ? follow_on(store, question, &current, &version, &put, error)
                        : weigh(store, question, &current, &version, &put, error));
    put.changed = g_strcmp0(current.id != 0 ? current.code : "", put.code) != 0;
    answer_row_clear(&current);
    if (written)
        *retput = put;
    else
        answer_put_clear(&put);
    return written;
}
