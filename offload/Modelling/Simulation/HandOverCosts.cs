using System.Text.Json.Serialization;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What it takes to move a job between threads, in nanoseconds.</summary>
public sealed record HandOverCosts
{
    /// <summary>Nothing at all.</summary>
    public static HandOverCosts None { get; } = new();

    /// <summary>Of the submitter, for each job it offers to an engine that is awake.</summary>
    public double Submit { get; init; }

    /// <summary>Of the engine, for each job it takes.</summary>
    public double Take { get; init; }

    /// <summary>Of the thread that wakes another from sleep: its own CPU time.</summary>
    public double Wake { get; init; }

    /// <summary>From the wake-up to the sleeper's first work.</summary>
    public double WakeLatency { get; init; }

    /// <summary>The longest an engine stays awake without work.</summary>
    public double LongestSpin { get; init; }

    /// <summary>The longest a waking thread that has nothing to do needs to see that something came.</summary>
    public double PollGap { get; init; }

    /// <summary>The same on a machine where waking costs nothing.</summary>
    [JsonIgnore]
    public HandOverCosts WithoutWakeUps => this with { Wake = 0, WakeLatency = 0 };

    /// <summary>Refuses negative costs and those that are no number, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        if (!(Submit >= 0 && Take >= 0 && Wake >= 0 && WakeLatency >= 0 && LongestSpin >= 0 && PollGap >= 0) || double.IsNaN(Submit + Take + Wake + WakeLatency + PollGap))
        {
            throw new ArgumentException("hand-over costs are nanoseconds and not negative");
        }
    }
}
