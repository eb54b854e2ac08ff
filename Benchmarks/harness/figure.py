"""One figure: its rounds, beside a yardstick's of the same rounds, and whether the target is met.

Printed as one JSON object on standard output for programs, and as one line on standard error for people. A target is
about the ratio where there is a yardstick, else about the median.
"""
import json
import operator
import statistics
import sys

COMPARISONS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


def report(name, unit, values, yardstick=None, yardstick_values=None, target=None):
    """`yardstick_values` are of the same rounds as `values`: the ratio is the median of the rounds' ratios."""
    row = {"figure": name, "unit": unit, "median": rounded(statistics.median(values)),
           "spread": [rounded(min(values)), rounded(max(values))], "rounds": len(values), "yardstick": yardstick}
    if yardstick:
        ratios = [value / other for value, other in zip(values, yardstick_values, strict=True)]
        row["yardstick_median"] = rounded(statistics.median(yardstick_values))
        row["ratio"] = round(statistics.median(ratios), 3)
    if target:
        comparison, bound = target.split()
        row["target"] = target
        row["met"] = COMPARISONS[comparison](row["ratio"] if yardstick else row["median"], float(bound))
    print(line(row), file=sys.stderr)
    print(json.dumps(row), flush=True)


def rounded(value):
    """Four digits say more than these machines know."""
    return float(f"{value:.4g}") if abs(value) < 1000 else round(value)


def line(row):
    """The figure for people."""
    spread = "-".join(f"{end:,}" for end in row["spread"])
    text = f"{row['figure']:44} {row['median']:>10,} {row['unit']:8} ({spread})"
    if row.get("yardstick"):
        text = f"{text:88} {row['ratio']:.2f} x {row['yardstick']} ({row['yardstick_median']:,})"
    if row.get("target"):
        text = f"{text:130} {row['target']}: {'met' if row['met'] else 'NOT met'}"
    return text
