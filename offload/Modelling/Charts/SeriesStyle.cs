namespace IpsecDp.Modelling.Charts;

/// <summary>How a series is drawn.</summary>
public enum SeriesStyle
{
    /// <summary>A line through marks.</summary>
    LineAndMarks,

    /// <summary>A broken line without marks, for what is derived.</summary>
    DashedLine,

    /// <summary>A broken line through hollow marks, for what is compared with.</summary>
    Other,
}
