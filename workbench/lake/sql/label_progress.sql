-- Every project that was pushed: tasks, how many are labelled, answers, people and pace. Nobody is named, and how many people
-- stand behind the pace is said so that a page can keep one person's pace to themselves.
WITH tasks AS (
    SELECT task.project, task.layout, task.project_key, task.task_id, len(task.items) AS items, task.sent_at
    FROM lake.label_tasks AS task
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.project_key = task.project_key AND gone.kind = 'task' AND gone.server_id = task.task_id
),
annotations AS (
    SELECT annotation.*
    FROM lake.label_annotations AS annotation
    ANTI JOIN lake.label_tombstones AS gone
        ON gone.project_key = annotation.project_key
        AND gone.kind = 'annotation' AND gone.server_id = annotation.annotation_id
    QUALIFY row_number() OVER (
        PARTITION BY annotation.project_key, annotation.annotation_id ORDER BY annotation.updated_at DESC, annotation.row_key
    ) = 1
),
by_task AS (
    SELECT project_key, task_id, count(*) AS annotations FROM annotations WHERE NOT skipped GROUP BY ALL
),
work AS (
    SELECT
        tasks.project, tasks.layout, count(*) AS annotations, count(DISTINCT annotation.annotator) AS people,
        min(annotation.created_at) AS first_at, max(annotation.created_at) AS last_at,
        median(annotation.lead_time_s / tasks.items) AS item_s,
        count(DISTINCT (annotation.annotator, date_trunc('hour', annotation.created_at))) AS person_hours,
        count(DISTINCT date_trunc('day', annotation.created_at)) AS days,
        sum(tasks.items)::BIGINT AS items_answered,
        count(*) FILTER (annotation.refused IS NOT NULL) AS refused
    FROM annotations AS annotation
    JOIN tasks ON tasks.project_key = annotation.project_key AND tasks.task_id = annotation.task_id
    WHERE NOT annotation.skipped
    GROUP BY ALL
),
pulls AS (
    SELECT project_key, max(ended_at) AS pulled_at FROM lake.label_pulls GROUP BY ALL
),
sent AS (
    SELECT
        tasks.project, tasks.layout, count(*) AS tasks, sum(tasks.items)::BIGINT AS items,
        bool_or(tasks.project_key = 'simulated-labelers') AS simulated,
        count(by_task.annotations) AS labelled, max(pulls.pulled_at) AS pulled_at, min(tasks.sent_at) AS sent_at
    FROM tasks
    LEFT JOIN by_task ON by_task.project_key = tasks.project_key AND by_task.task_id = tasks.task_id
    LEFT JOIN pulls ON pulls.project_key = tasks.project_key
    GROUP BY ALL
),
final AS (
    SELECT sent.*, work.* EXCLUDE (project, layout)
    FROM sent
    LEFT JOIN work ON work.project = sent.project AND work.layout = sent.layout
)
SELECT * FROM final ORDER BY project, layout;
