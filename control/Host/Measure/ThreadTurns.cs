namespace IpsecDp.Host.Measure;

/// <summary>What a thread had of the processors since it started.</summary>
/// <param name="Processors">Those it may run on, as the system lists them: a number alone where it is bound.</param>
/// <param name="Ran">Seconds it ran.</param>
/// <param name="Waited">Seconds it could run and had none.</param>
internal readonly record struct ThreadTurns(string Processors, double Ran, double Waited)
{
    /// <summary>Whether it may run on one processor only.</summary>
    public bool IsBound => Processors.All(char.IsAsciiDigit);
}
