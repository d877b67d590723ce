namespace IpsecDp.Host.Measure;

/// <summary>Where a measurement stands: what is being measured, seconds of trials done, and seconds that are left as far as can be told.</summary>
internal readonly record struct MeasureProgress(string What, double Done, double Left);
