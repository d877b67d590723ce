namespace IpsecDp.Modelling.Projection;

/// <summary>The answer to a planner: what a machine carries, how its ratio, loss, latency and CPU time go with the load, and what it would be if waking a processor cost nothing.</summary>
public sealed record ProjectionResult
{
    /// <summary>What was asked.</summary>
    public required ProjectionRequest Request { get; init; }

    /// <summary>The costs it was projected from.</summary>
    public required CostModel Costs { get; init; }

    /// <summary>The highest rates.</summary>
    public required ProjectedCapacity Capacity { get; init; }

    /// <summary>The loads of the request.</summary>
    public required IReadOnlyList<ProjectedPoint> Points { get; init; }

    /// <summary>The highest rates on a machine where a wake-up costs nobody anything.</summary>
    public required ProjectedCapacity CapacityWithoutWakeUps { get; init; }

    /// <summary>The same loads there.</summary>
    public required IReadOnlyList<ProjectedPoint> PointsWithoutWakeUps { get; init; }
}
