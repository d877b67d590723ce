namespace IpsecDp.Engines.Overload;

/// <summary>
/// Whether handing over carries more than keeping. The other way is tried between two turns of the one that counts, so that
/// a machine that changes slowly favours neither: at once again where it carried more, and ever less often where it did not.
/// What speaks for it adds up until it counts (a CUSUM test).
/// </summary>
internal sealed class HandOverVerdict
{
    // Who keeps in vain carries what he would without engines; who hands over in vain carries less, and is to find it out the sooner.
    private const int RarestTryOfKeeping = 32;
    private const int RarestTryOfHandingOver = 64;

    // Of what the turn before carried: a try that has less has no hope of being better.
    private const double Hopeless = 0.8;

    // Natural logarithms of a ratio: by how much the other way has to be better, what it takes in all, and the most that one
    // try may say, because a turn in which the machine stood still says anything.
    private const double Margin = 0.02;
    private const double Enough = 0.15;
    private const double MostOfOneTry = 0.1;

    private int _turnsBetween = 1;
    private int _turns;
    private double _before;
    private double _tried;
    private double _evidence;
    private bool _isTry;

    /// <summary>Whether keeping counts, and not handing over.</summary>
    public bool Keeps { get; private set; }

    /// <summary>Whether the next turn keeps: the way that counts, or a try of the other.</summary>
    public bool NextKeeps => Keeps != _isTry;

    /// <summary>Whether a try need not be ended in full, by what it has carried so far.</summary>
    public bool IsHopeless(double rate) => _isTry && rate < Hopeless * _before;

    /// <summary>Tells how much a turn of <see cref="NextKeeps"/> carried, in any unit of work over time.</summary>
    public void Add(double rate)
    {
        if (_isTry)
        {
            (_tried, _isTry) = (rate, false);
            return;
        }

        var gain = _tried > 0 && _before + rate > 0 ? Math.Log(2 * _tried / (_before + rate)) : double.NaN;
        (_before, _tried) = (rate, 0);
        _turns++;
        if (double.IsFinite(gain))
        {
            Weigh(gain);
        }

        _isTry = _turns >= _turnsBetween;
    }

    /// <summary>Forgets the last turns: what comes next is another time. The verdict stays.</summary>
    public void Rest() => (_isTry, _turns, _before, _tried) = (false, 0, 0, 0);

    private void Weigh(double gain)
    {
        _turns = 1;
        _evidence = Math.Max(0, _evidence + Math.Clamp(gain, -MostOfOneTry, MostOfOneTry) - Margin);
        if (_evidence > Enough)
        {
            // The turn that was told last is none of the way that counts now.
            (Keeps, _evidence, _turnsBetween, _turns) = (!Keeps, 0, 1, 0);
        }
        else
        {
            _turnsBetween = _evidence > 0 ? 1 : Math.Min(Keeps ? RarestTryOfHandingOver : RarestTryOfKeeping, 2 * _turnsBetween);
        }
    }
}
