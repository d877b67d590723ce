namespace IpsecDp.Modelling.Search;

/// <summary>The two rules of RFC 9971 about the trials of one load: whether it keeps a goal, and what it then carries.</summary>
public static class LoadClassification
{
    /// <summary>The load's class (RFC 9971, Load Classification Logic).</summary>
    public static LoadClass Classify(SearchGoal goal, IReadOnlyCollection<TrialResult> trials)
    {
        double fullHigh = 0, fullLow = 0, shortHigh = 0, shortLow = 0;
        foreach (var trial in trials)
        {
            var isHigh = trial.LossRatio > goal.LossRatio;
            ref var sum = ref IsFull(goal, trial) ? ref isHigh ? ref fullHigh : ref fullLow : ref isHigh ? ref shortHigh : ref shortLow;
            sum += trial.Seconds;
        }

        // Short trials without loss excuse short trials with it; they never prove a load.
        var balancing = shortLow * (goal.ExceedRatio / (1 - goal.ExceedRatio));
        var effectiveHigh = fullHigh + Math.Max(0, shortHigh - balancing);
        var whole = Math.Max(fullLow + effectiveHigh, goal.DurationSumSeconds);
        var allowed = whole * goal.ExceedRatio;
        if (effectiveHigh > allowed)
        {
            return LoadClass.UpperBound;
        }

        return whole - fullLow <= allowed ? LoadClass.LowerBound : LoadClass.Undecided;
    }

    /// <summary>Packets a second that arrive at a load which keeps the goal (RFC 9971, Conditional Throughput Code); 0 when no full-length trial was made there.</summary>
    public static double ConditionalThroughput(SearchGoal goal, double load, IReadOnlyCollection<TrialResult> trials)
    {
        TrialResult[] full = [.. trials.Where(trial => IsFull(goal, trial)).OrderBy(trial => trial.LossRatio)];
        var remaining = Math.Max(goal.DurationSumSeconds, full.Sum(trial => trial.Seconds)) * (1 - goal.ExceedRatio);
        double? loss = null;
        foreach (var trial in full)
        {
            if (loss is not null && remaining <= 0)
            {
                break;
            }

            loss = trial.LossRatio;
            remaining -= trial.Seconds;
        }

        return load * (1 - (remaining > 0 ? 1 : loss ?? 1));
    }

    private static bool IsFull(SearchGoal goal, TrialResult trial) => trial.Seconds >= goal.FinalTrialSeconds;
}
