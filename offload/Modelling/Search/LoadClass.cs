namespace IpsecDp.Modelling.Search;

/// <summary>What a load is to a goal (RFC 9971, Load Classification).</summary>
public enum LoadClass
{
    /// <summary>The trials so far decide nothing.</summary>
    Undecided,

    /// <summary>It keeps the goal, whatever the trials that are missing may show.</summary>
    LowerBound,

    /// <summary>It breaks the goal, whatever the trials that are missing may show.</summary>
    UpperBound,
}
