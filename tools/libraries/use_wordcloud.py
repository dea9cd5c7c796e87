"""Words as an image."""

import matplotlib.pyplot as plt
from wordcloud import WordCloud

words = WordCloud(random_state=1).generate("a lot of words here and there " * 20 + "pixels")
plt.imshow(words, interpolation="bilinear")
plt.axis("off")
