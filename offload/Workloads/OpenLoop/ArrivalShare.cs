namespace IpsecDp.Workloads.OpenLoop;

/// <summary>The packets of one IP precedence in a cycle, counted by themselves in the order of their arrival.</summary>
public sealed class ArrivalShare
{
    private readonly int _count;
    private readonly int[] _places;
    private readonly int[] _before;

    internal ArrivalShare(int precedence, IReadOnlyList<bool> belongs)
    {
        (Precedence, _count) = (precedence, belongs.Count);
        _places = [.. Enumerable.Range(0, belongs.Count).Where(place => belongs[place])];
        _before = new int[belongs.Count + 1];
        for (var place = 0; place < belongs.Count; place++)
        {
            _before[place + 1] = _before[place] + (belongs[place] ? 1 : 0);
        }
    }

    /// <summary>Their precedence: the upper three bits of TOS or traffic class.</summary>
    public int Precedence { get; }

    // Then both counts are one, and the load's only ring pays nothing for others it might have had.
    private bool IsAll => _places.Length == _count;

    /// <summary>How many of them are among the first so many of the endless sequence.</summary>
    public long Among(long first) => IsAll ? first : (first / _count * _places.Length) + _before[first % _count];

    /// <summary>The number in the endless sequence of the n-th of them.</summary>
    public long NumberOf(long own) => IsAll ? own : (own / _places.Length * _count) + _places[own % _places.Length];
}
