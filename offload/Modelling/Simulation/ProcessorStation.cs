namespace IpsecDp.Modelling.Simulation;

/// <summary>Where a general processor goes on after a job it ran itself.</summary>
internal enum ProcessorStation : byte
{
    /// <summary>The job of its own turn that no engine took.</summary>
    Submitted,

    /// <summary>A job that waited too long, taken beside a submission.</summary>
    Overdue,

    /// <summary>A job that waited too long, taken after the turn.</summary>
    Help,

    /// <summary>The oldest queued job, taken because no job was at rest.</summary>
    TakeOver,
}
