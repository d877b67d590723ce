namespace IpsecDp.Peers.Measures;

/// <summary>One figure a measure gives.</summary>
/// <param name="Name">As documents have it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Metric(string Name, string Title, string Unit);
