namespace IpsecDp.Engines;

/// <summary>What became of an attempt to queue a job.</summary>
internal enum Placement
{
    Placed,
    Full,
    NoEngine,
}
