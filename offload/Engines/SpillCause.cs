namespace IpsecDp.Engines;

/// <summary>Why a general thread ran a job an engine could have run.</summary>
public enum SpillCause : byte
{
    /// <summary>Every engine's queue of the job's class was full.</summary>
    Full,

    /// <summary>The job had waited longer than the alternate wait, and a general thread took it (needs-help).</summary>
    Waited,

    /// <summary>The job was smaller than what pays for handing it over.</summary>
    TooSmall,

    /// <summary>All engines were varied off, or the pool was closed.</summary>
    Parked,

    /// <summary>The engines had asked for help, which goes on until their queues are worked off; this job itself had not waited too long.</summary>
    Helped,

    /// <summary>The engines could not take all there was, and moving had turned out to carry less than keeping.</summary>
    Dearer,
}
