namespace IpsecDp.Modelling.Search;

/// <summary>The controller of a Multiple Loss Ratio Search (RFC 9971): says which rate to try next until every goal has its two bounds; it measures nothing itself.</summary>
public sealed class LossRatioSearch
{
    // From a bound without a partner the next rate is this factor away.
    private const double Stride = 2;

    private readonly Dictionary<double, List<TrialResult>> _trials = [];
    private readonly IReadOnlyList<SearchGoal> _goals;
    private readonly double _least;
    private readonly double _most;
    private readonly double _first;

    /// <summary>A search between two rates; <paramref name="first"/> is where the answer is expected. Goals are pursued in order, the strictest first, so that low rates are measured before high ones.</summary>
    public LossRatioSearch(IReadOnlyList<SearchGoal> goals, double least, double most, double first)
    {
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        foreach (var goal in goals)
        {
            goal.Validate();
        }

        _goals = [.. goals.OrderBy(goal => goal.LossRatio)];
        (_least, _most, _first) = (least, most, Math.Clamp(first, least, most));
    }

    /// <summary>Trials so far.</summary>
    public int Count => _trials.Values.Sum(trials => trials.Count);

    /// <summary>All trials, by load.</summary>
    public IEnumerable<TrialResult> Trials => _trials.OrderBy(entry => entry.Key).SelectMany(entry => entry.Value);

    /// <summary>The rate and length of the next trial; null when every goal has its bounds or cannot have them.</summary>
    public (double Load, double Seconds)? Next()
    {
        foreach (var goal in _goals)
        {
            if (NextLoad(goal) is { } load)
            {
                return (load, goal.FinalTrialSeconds);
            }
        }

        return null;
    }

    /// <summary>Takes what a trial showed.</summary>
    public void Add(TrialResult trial)
    {
        if (!_trials.TryGetValue(trial.Load, out var trials))
        {
            _trials.Add(trial.Load, trials = []);
        }

        trials.Add(trial);
    }

    /// <summary>What is known of every goal now, in the order of their loss ratios.</summary>
    public IReadOnlyList<GoalResult> Results => [.. _goals.Select(ResultOf)];

    private GoalResult ResultOf(SearchGoal goal)
    {
        var upper = Bound(goal, LoadClass.UpperBound, double.PositiveInfinity, isLowest: true);
        var lower = Bound(goal, LoadClass.LowerBound, upper ?? double.PositiveInfinity, isLowest: false);
        return new GoalResult(goal, lower, upper, lower is { } load ? LoadClassification.ConditionalThroughput(goal, load, _trials[load]) : null);
    }

    private double? NextLoad(SearchGoal goal)
    {
        var result = ResultOf(goal);
        var load = (result.LowerBound, result.UpperBound) switch
        {
            (null, null) => _first,
            ({ } lower, null) => lower >= _most ? null : Math.Min(lower * Stride, _most),
            (null, { } upper) => upper <= _least ? null : Math.Max(upper / Stride, _least),
            ({ } lower, { } upper) => result.IsRegular ? (double?)null : Math.Sqrt(lower * upper),
        };

        // A rate that was begun is decided before another is tried.
        return load is { } wanted ? Undecided(goal, result) ?? wanted : null;
    }

    private double? Undecided(SearchGoal goal, GoalResult result)
    {
        foreach (var (load, trials) in _trials.OrderBy(entry => entry.Key))
        {
            if (load > (result.LowerBound ?? 0) && load < (result.UpperBound ?? double.PositiveInfinity) && LoadClassification.Classify(goal, trials) == LoadClass.Undecided)
            {
                return load;
            }
        }

        return null;
    }

    private double? Bound(SearchGoal goal, LoadClass wanted, double below, bool isLowest)
    {
        double? bound = null;
        foreach (var (load, trials) in _trials)
        {
            if (load < below && LoadClassification.Classify(goal, trials) == wanted && (bound is not { } best || (isLowest ? load < best : load > best)))
            {
                bound = load;
            }
        }

        return bound;
    }
}
