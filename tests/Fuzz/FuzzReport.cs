namespace IpsecDp.Fuzz;

/// <summary>What came of running a target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Inputs">Inputs run, the finding included.</param>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Finding">The input that broke the parser; null when none did.</param>
/// <param name="Failure">How it broke.</param>
public sealed record FuzzReport(string Target, long Inputs, TimeSpan Elapsed, byte[]? Finding, Exception? Failure)
{
    /// <summary>One line for the operator of the fuzzer.</summary>
    public override string ToString()
    {
        var rate = Elapsed > TimeSpan.Zero ? Inputs / Elapsed.TotalSeconds / 1e6 : 0;
        var outcome = Failure is null ? "ok" : $"FAILED: {Failure.GetType().Name}: {Failure.Message}";
        return FormattableString.Invariant($"{Target,-18} {Inputs,12} inputs {rate,8:F2} M/s  {outcome}");
    }
}
