"""What people see of a run: its folder flows in, tables, plots and every failure with its cause flow out.

No model is asked, and the same folder gives the same report, byte for byte.
"""

from evals.report.summary import Report, Score, Slice, report, write_reports

__all__ = ["Report", "Score", "Slice", "report", "write_reports"]
