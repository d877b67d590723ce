namespace IpsecDp.Peers.Results;

/// <summary>A figure that could not be taken, and why.</summary>
internal readonly record struct Fault(int Round, string Contender, string Measure, string Sentence);
